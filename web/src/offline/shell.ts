/** The service worker that keeps the page itself, so that it opens without the server. */

/** Registers it where browsers allow one: on HTTPS, and on this machine. */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !window.isSecureContext) return;
  window.addEventListener('load', () => {
    // Without it the page works, only not offline.
    void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
}

const reloadedKey = 'taskwire.reloaded';
/** A part that is still missing so soon after a reload is not missing because the page is old. */
const onceInMs = 60_000;

/**
 * A part of the page that is loaded late is gone once the server has a newer page: then that one is
 * loaded, once. Without the server there would be nothing to load. Returns the undo.
 */
export function followUpdates(reload = () => { window.location.reload(); }): () => void {
  const hear = () => {
    void isThere().then((there) => {
      if (there && isFirst()) reload();
    });
  };
  window.addEventListener('vite:preloadError', hear);
  return () => { window.removeEventListener('vite:preloadError', hear); };
}

async function isThere(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/** Where nothing can be remembered no reload is the first: it would go on for ever. */
function isFirst(): boolean {
  try {
    const last = Number(window.sessionStorage.getItem(reloadedKey) ?? 0);
    if (Date.now() - last < onceInMs) return false;
    window.sessionStorage.setItem(reloadedKey, `${Date.now()}`);
    return true;
  } catch {
    return false;
  }
}
