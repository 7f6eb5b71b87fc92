import { afterEach, expect, it } from 'vitest';
import { draftKey, hasDrafts, readDraft, writeDraft } from './drafts';
import { logIn, logOut } from './token';

const become = (sub: string) => { logIn(`head.${btoa(JSON.stringify({ sub }))}.sign`); };

afterEach(() => { window.localStorage.clear(); });

it.each(['bob', 'alice@example.com', 'al'])('a draft outlives the logout of another user of the browser: %s', async (other) => {
  become('alice@example.com.au');
  writeDraft(draftKey('new'), { title: 'Half a thought' });
  become(other);
  expect(hasDrafts()).toBe(false);
  await logOut();
  become('alice@example.com.au');
  expect(readDraft(draftKey('new'))).toEqual({ title: 'Half a thought' });

  await logOut();
  expect(window.localStorage).toHaveLength(0);
  become('alice@example.com.au');
  expect(readDraft(draftKey('new'))).toEqual({});
});
