/* A notification shown by the service worker was clicked: the page that is there shows the task, or one is opened. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { taskId, version } = event.notification.data;
  const show = async () => {
    const pages = await self.clients.matchAll({ type: 'window' });
    // The server has other pages, too: they cannot show it.
    const page = pages.find(({ url }) => /^\/(tasks\/.*)?$/.test(new URL(url).pathname));
    if (!page) return self.clients.openWindow(`/tasks/${encodeURIComponent(taskId)}`);
    page.postMessage({ type: 'notification-click', taskId, version });
    return page.focus();
  };
  event.waitUntil(show());
});
