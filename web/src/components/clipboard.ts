import { texts } from '../texts';
import { toast } from './toasts';

/** Copies, and says whether that worked: if not, the text can be copied by hand from what is said. */
export async function copy(text: string, done: string): Promise<void> {
  toast({ text: (await copied(text)) ? done : texts.notCopied(text) });
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Only pages served securely have a clipboard, and it may be forbidden.
    return selected(text);
  }
}

/** The way of before there were clipboards: a selection. */
function selected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'sr-only';
  (before?.closest('dialog') ?? document.body).append(field);
  field.focus();
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way on plain HTTP
  const worked = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return worked;
}
