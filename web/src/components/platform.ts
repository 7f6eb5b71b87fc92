/** What the keys of this machine are called. */
const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export const modKey = apple ? '⌘' : 'Ctrl';
export const sendKeys = [modKey, apple ? '↵' : 'Enter'];
