import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { startConnection } from './connection.js';
import { keepScrollPlaces } from './scroll-place.js';
import './style.css';

const root = document.getElementById('root');
if (root) {
  keepScrollPlaces();
  startConnection();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
