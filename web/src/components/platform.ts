/** What the keys of this machine are called. */
import { texts } from '../texts';

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export const modKey = apple ? texts.keys.command : texts.keys.control;
export const sendKeys = [modKey, apple ? texts.keys.return : texts.keys.enter];
