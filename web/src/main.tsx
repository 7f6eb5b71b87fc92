import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { followUpdates, keepShell } from './offline/shell';
import { startSession } from './session/token';
import './styles/main.css';

// First of all: the token leaves the address before anything else runs.
startSession();
keepShell();
followUpdates();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
