import { describe, expect, it } from 'vitest';
import { summary } from '../testing';
import { addressOf, filtersFrom, inOrder, isFiltered, noFilters, serverQuery, verdict, type Filters } from './filters';

const some: Filters = {
  status: ['analyzing', 'failed'],
  q: 'saved card',
  creator: 'alice',
  repo: 'acme/shop',
  team: 'payments',
  label: 'bug',
  sort: '-updatedAt',
};

describe('filters', () => {
  it.each([some, noFilters])('come back out of an address as they went in', (filters) => {
    expect(filtersFrom(new URLSearchParams(addressOf(filters).toString()))).toEqual(filters);
  });

  it('leave no trace in the address when there are none', () => {
    expect(addressOf(noFilters).toString()).toBe('');
    expect(isFiltered({ ...noFilters, sort: '-updatedAt' })).toBe(false);
  });

  it('take no notice of what an address says wrongly', () => {
    expect(filtersFrom(new URLSearchParams('status=nonsense&status=failed&sort=title&creator=%20&page=3'))).toEqual({
      ...noFilters,
      status: ['failed'],
    });
  });

  it('ask the server for all but the label, which it does not know', () => {
    expect(serverQuery(some).toString()).toBe(
      'status=analyzing&status=failed&q=saved+card&creator=alice&repo=acme%2Fshop&team=payments&sort=-updatedAt',
    );
  });

  it.each([
    ['status', { status: ['failed'] }],
    ['creator', { creator: 'bob' }],
    ['repository', { repo: 'acme/other' }],
    ['team', { team: 'payments' }],
    ['label', { label: 'bug' }],
  ] as const)('keep out a task of another %s', (_, filter) => {
    const row = summary({ repo: 'acme/shop' });
    expect(verdict({ ...noFilters, ...filter }, row)).toBe('out');
    expect(verdict(noFilters, row)).toBe('in');
  });

  it('know a task by its title, and are unsure of what may be in its description', () => {
    expect(verdict({ ...noFilters, q: 'BUG  pay' }, summary())).toBe('in');
    expect(verdict({ ...noFilters, q: 'bug stripe' }, summary())).toBe('unsure');
    expect(verdict({ ...noFilters, q: 'bug stripe', creator: 'bob' }, summary())).toBe('out');
  });

  it('order by the time wanted, newest first, and then by id', () => {
    const rows = [
      summary({ taskId: 'a', createdAt: '2026-11-20T10:00:00.000Z', updatedAt: '2026-11-20T13:00:00.000Z' }),
      summary({ taskId: 'b', createdAt: '2026-11-20T11:00:00.000Z', updatedAt: '2026-11-20T12:00:00.000Z' }),
      summary({ taskId: 'c', createdAt: '2026-11-20T11:00:00.000Z', updatedAt: '2026-11-20T12:00:00.000Z' }),
    ];
    const ids = (sort: Filters['sort']) => [...rows].sort(inOrder(sort)).map(({ taskId }) => taskId);
    expect(ids('-createdAt')).toEqual(['c', 'b', 'a']);
    expect(ids('-updatedAt')).toEqual(['a', 'c', 'b']);
  });
});
