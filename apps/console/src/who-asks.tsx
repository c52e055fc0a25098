import { showWorkspace, signOut, useSession } from './session.js';

/** Whose key the page shows, and the way to take it away. Nothing where nobody is asked for one. */
export const WhoAsks = () => {
  const { key, principal, workspace } = useSession();
  if (key === null || principal === null) return null;
  const { name, workspaces } = principal;
  return (
    <span className="who">
      {workspace !== null && workspaces !== null && (
        <select
          className="select"
          aria-label="Workspace"
          value={workspace}
          onChange={({ target }) => showWorkspace(target.value)}
        >
          {workspaces.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      <span title={workspaces === null ? 'For all workspaces' : `For ${workspaces.join(', ')}`}>{name}</span>
      <button type="button" className="button" onClick={signOut}>
        Sign out
      </button>
    </span>
  );
};
