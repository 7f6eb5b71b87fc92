import { afterEach, expect, it } from 'vitest';
import { wantedBy, want } from './wanted';

afterEach(() => { window.localStorage.clear(); });

const kept = (user: string) => window.localStorage.getItem(`taskwire.notifications.${user}`);
/** What another tab keeps, with or without this one hearing of it. */
function keepElsewhere(user: string, kinds: string, heard: boolean) {
  const key = `taskwire.notifications.${user}`;
  window.localStorage.setItem(key, kinds);
  if (heard) window.dispatchEvent(new StorageEvent('storage', { key }));
}

it('is what the user chose last, in whichever tab', () => {
  const wanted = wantedBy('ann');
  want('ann', 'failed', true);
  keepElsewhere('ann', '["merged"]', true);
  expect(wanted.get()).toEqual({ needsMe: false, ready: false, merged: true, failed: false });
  keepElsewhere('someone', '["ready"]', true);
  expect(wanted.get()).toMatchObject({ ready: false, merged: true });
  window.localStorage.clear();
  window.dispatchEvent(new StorageEvent('storage', { key: null }));
  expect(wanted.get()).toMatchObject({ merged: false });
});

it('changes in one thing only what is kept, though this tab has not heard of it yet', () => {
  want('ben', 'failed', true);
  keepElsewhere('ben', '["merged"]', false);
  want('ben', 'ready', true);
  expect(wantedBy('ben').get()).toEqual({ needsMe: false, ready: true, merged: true, failed: false });
  expect(kept('ben')).toBe('["ready","merged"]');
});

it('starts as the browser was told before there was a choice for each user, for who comes first', () => {
  window.localStorage.setItem('taskwire.notifications', '["needsMe"]');
  window.localStorage.setItem('taskwire.notifications.cem', '[]');
  expect(wantedBy('cem').get()).toMatchObject({ needsMe: false });
  expect(wantedBy('dee').get()).toMatchObject({ needsMe: true });
  expect(kept('dee')).toBe('["needsMe"]');
  expect(window.localStorage.getItem('taskwire.notifications')).toBeNull();
  expect(wantedBy('eve').get()).toMatchObject({ needsMe: false });
});
