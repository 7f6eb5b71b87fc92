import { onUserChange } from '../session/token';
import { cell } from '../store/observable';

/** What was said last to people who listen to the page; `id` tells two equal sayings apart. */
export interface Saying {
  id: number;
  text: string;
}

export const saying = cell<Saying>({ id: 0, text: '' });

// What one user is told is not for the next.
onUserChange(() => { announce(''); });

/** Says something to people who do not see the page, once they are not busy otherwise. */
export function announce(text: string): void {
  saying.set({ id: saying.get().id + 1, text });
}
