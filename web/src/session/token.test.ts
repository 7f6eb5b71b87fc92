import { beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../offline/database';
import { currentToken, endOf, logIn, logOut, onTokenChange, startSession, takeTokenFromAddress, tokenOf, userOf } from './token';

const token = (claims: object) => `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sign`;

function visit(address: string) {
  window.history.replaceState(null, '', address);
}

beforeEach(async () => {
  await logOut();
  visit('/');
});

describe('a login link', () => {
  it('gives its token and leaves no trace in the address or the history', () => {
    visit('/?task=t1#token=abc.def.ghi');
    const pages = window.history.length;
    expect(takeTokenFromAddress()).toBe('abc.def.ghi');
    expect(window.location.href).toBe(`${window.location.origin}/?task=t1`);
    expect(window.history.length).toBe(pages);
  });

  it('leaves other fragments alone', () => {
    visit('/#task-list');
    expect(takeTokenFromAddress()).toBeNull();
    expect(window.location.hash).toBe('#task-list');
  });

  it('logs in, also over an earlier login, and the login outlives the page', () => {
    logIn('old');
    visit('/#token=new');
    const stop = startSession();
    expect(currentToken()).toBe('new');
    expect(window.localStorage.getItem('taskwire.token')).toBe('new');
    stop();
  });

  it('is taken when opened in a page that is already there', () => {
    const stop = startSession();
    visit('/#token=later');
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    expect(currentToken()).toBe('later');
    expect(window.location.hash).toBe('');
    stop();
  });

  it('without a token in it changes nothing but the address', () => {
    logIn('mine');
    visit('/#token=');
    const stop = startSession();
    expect(currentToken()).toBe('mine');
    expect(window.location.hash).toBe('');
    stop();
  });
});

it('logging in with the token there is asks for another try', () => {
  logIn('mine');
  let heard = 0;
  const stop = onTokenChange(() => (heard += 1));
  logIn('mine');
  expect(heard).toBe(1);
  stop();
});

describe('logging out', () => {
  it('forgets the token and everything that was kept, and says so', async () => {
    logIn('mine');
    await openDatabase().write('shown:alice', 'of Alice');
    let heard = 0;
    const stop = onTokenChange(() => (heard += 1));
    await logOut();
    expect(currentToken()).toBeNull();
    expect(window.localStorage).toHaveLength(0);
    expect(await openDatabase().read('shown:alice')).toBeUndefined();
    expect(heard).toBe(1);
    stop();
  });

  it('forgets what came from the server for anybody, but of what was not sent only the user\'s own', async () => {
    logIn(token({ sub: 'bob' }));
    const database = openDatabase();
    for (const key of ['shown:alice', 'outbox:alice', 'shown:bob', 'outbox:bob']) await database.write(key, 'kept');
    await logOut();
    const left = await Promise.all(['shown:alice', 'outbox:alice', 'shown:bob', 'outbox:bob'].map((key) => database.read(key)));
    expect(left).toEqual([undefined, 'kept', undefined, undefined]);
    await database.clear();
  });

  it('leaves nothing in the address of what was looked at, and a deep link waits for whoever logs in', async () => {
    visit('/tasks/t1?q=secret');
    const stop = startSession();
    logIn('mine');
    expect(window.location.pathname).toBe('/tasks/t1');
    await logOut();
    expect(window.location.href).toBe(`${window.location.origin}/`);
    stop();
  });

  it('in another tab logs out here', () => {
    const stop = startSession();
    logIn('mine');
    visit('/tasks/t1');
    window.localStorage.clear();
    window.dispatchEvent(new StorageEvent('storage', { key: 'taskwire.token' }));
    expect(currentToken()).toBeNull();
    expect(window.location.pathname).toBe('/');
    stop();
  });
});

describe('a token', () => {
  it('says whose it is', () => {
    expect(userOf(token({ sub: 'zoë' }))).toBe('zoë');
  });

  it('says when it ends', () => {
    expect(endOf(token({ sub: 'zoë', exp: 1_795_000_000 }))).toBe(1_795_000_000_000);
    expect(endOf(token({ sub: 'zoë' }))).toBeNull();
  });

  it('is given out for its own user only', () => {
    const hers = token({ sub: 'alice' });
    logIn(hers);
    expect(tokenOf('alice')).toBe(hers);
    expect(tokenOf('bob')).toBeNull();
  });

  it.each(['', 'nonsense', 'a.b.c', token({ name: 'Alice' }), token([])])('that is none says nothing: %s', (none) => {
    expect(userOf(none)).toBeNull();
  });
});
