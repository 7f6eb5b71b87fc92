import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { SafeLink } from './SafeLink';

afterEach(cleanup);

it('links to web addresses', () => {
  render(<SafeLink url="https://github.com/acme/shop/issues/42">#42</SafeLink>);
  expect(screen.getByRole('link', { name: /^#42/ }).getAttribute('rel')).toBe('noopener noreferrer');
});

it.each(['javascript:alert(1)', 'data:text/html,x', '/relative', ''])('does not link to %s', (url) => {
  render(<SafeLink url={url}>#42</SafeLink>);
  expect(screen.queryByRole('link')).toBeNull();
  expect(screen.getByText('#42')).toBeDefined();
});
