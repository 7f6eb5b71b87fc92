import type { ReactNode } from 'react';
import { onUserChange } from '../session/token';
import { cell } from '../store/observable';

export interface Toast {
  id: number;
  text: string;
  action?: ReactNode;
}

/** What is shown in the corner for a moment. */
export const toasts = cell<readonly Toast[]>([]);
let last = 0;

// What one user is told is not for the next.
onUserChange(() => { toasts.set([]); });

export function toast(said: Omit<Toast, 'id'>): void {
  last += 1;
  toasts.set([...toasts.get().slice(-2), { ...said, id: last }]);
}

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((each) => each.id !== id));
}
