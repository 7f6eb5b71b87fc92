/** The service worker that keeps the page itself, so that it opens without the server. */

/** Registers it where browsers allow one: on HTTPS, and on this machine. */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !window.isSecureContext) return;
  window.addEventListener('load', () => {
    // Without it the page works, only not offline.
    void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
}

/** A part of the page that is loaded late is gone once the server has a newer page: then that one is loaded. */
export function followUpdates(): void {
  window.addEventListener('vite:preloadError', (event) => {
    event.preventDefault();
    window.location.reload();
  });
}
