import { afterEach, expect, it } from 'vitest';
import { logIn, logOut } from '../session/token';
import { announce, saying } from './announce';
import { toast, toasts } from './toasts';

afterEach(logOut);

const tokenFor = (sub: string, more = {}) => `x.${btoa(JSON.stringify({ sub, ...more }))}.x`;

it('what one user is told is not there for the next, but outlives a new token of their own', async () => {
  logIn(tokenFor('alice'));
  toast({ text: 'Rotate the keys was created' });
  announce('Rotate the keys is now dispatched');
  logIn(tokenFor('alice', { exp: 2 }));
  expect(toasts.get().map(({ text }) => text)).toEqual(['Rotate the keys was created']);
  logIn(tokenFor('bob'));
  expect(toasts.get()).toEqual([]);
  expect(saying.get().text).toBe('');
  toast({ text: 'Hello' });
  await logOut();
  expect(toasts.get()).toEqual([]);
});
