import { useId, type ReactNode } from 'react';
import type { FieldFault } from './get-json.js';
import { PERMISSIONS, PERMISSIONS_FOR, type KeyDraft } from './key-draft.js';

interface FieldsProps {
  readonly draft: KeyDraft;
  readonly change: (part: Partial<KeyDraft>) => void;
  readonly faults: readonly FieldFault[];
}

/** The fields of a key, each with what is wrong with it. */
export const KeyFields = ({ draft, change, faults }: FieldsProps) => (
  <>
    <TextField
      label="Name, that stands in the log beside what is done with it"
      value={draft.name}
      isRequired
      faults={of('name', faults)}
      onChange={(name) => change({ name })}
    />
    <Permissions draft={draft} change={change} faults={of('permissions', faults)} />
    <TextField
      label="Only for these workspaces, separated by commas; empty: for all"
      value={draft.workspaces}
      faults={of('workspaces', faults)}
      onChange={(workspaces) => change({ workspaces })}
    />
    <Lasts draft={draft} change={change} faults={of('expiresAt', faults)} />
  </>
);

const of = (field: string, faults: readonly FieldFault[]): readonly FieldFault[] =>
  faults.filter(({ pointer }) => pointer === `/${field}` || pointer.startsWith(`/${field}/`));

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly isRequired?: boolean;
  readonly faults: readonly FieldFault[];
  readonly onChange: (text: string) => void;
}

const TextField = ({ label, value, isRequired = false, faults, onChange }: TextFieldProps) => (
  <Field label={label} faults={faults}>
    {(id) => (
      <input
        id={id}
        value={value}
        required={isRequired}
        autoComplete="off"
        aria-invalid={faults.length > 0}
        onChange={({ target }) => onChange(target.value)}
      />
    )}
  </Field>
);

const Permissions = ({ draft: { permissions }, change, faults }: FieldsProps) => (
  <fieldset>
    <legend>What it may be used for</legend>
    {PERMISSIONS.map((permission) => (
      <label key={permission} className="choice">
        <input
          type="checkbox"
          checked={permissions.includes(permission)}
          onChange={({ target }) =>
            change({
              permissions: PERMISSIONS.filter((one) =>
                one === permission ? target.checked : permissions.includes(one),
              ),
            })
          }
        />
        <span>
          <code>{permission}</code> <span className="dim">{PERMISSIONS_FOR[permission]}</span>
        </span>
      </label>
    ))}
    <Faults faults={faults} />
  </fieldset>
);

const LASTS = [
  ['', 'until it is revoked'],
  ['30', 'for 30 days'],
  ['90', 'for 90 days'],
  ['365', 'for a year'],
] as const;

const Lasts = ({ draft: { days }, change, faults }: FieldsProps) => (
  <Field label="It is taken" faults={faults}>
    {(id) => (
      <select id={id} className="select" value={days} onChange={({ target }) => change({ days: target.value })}>
        {LASTS.map(([value, said]) => (
          <option key={value} value={value}>
            {said}
          </option>
        ))}
      </select>
    )}
  </Field>
);

interface FieldProps {
  readonly label: string;
  readonly faults: readonly FieldFault[];
  readonly children: (id: string) => ReactNode;
}

const Field = ({ label, faults, children }: FieldProps) => {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      <Faults faults={faults} />
    </div>
  );
};

const Faults = ({ faults }: Pick<FieldProps, 'faults'>) =>
  faults.map(({ pointer, detail }) => (
    <p key={pointer} className="fault">
      {detail}
    </p>
  ));
