import { CloudOff, History, Radio, RefreshCw, Timer, type LucideIcon } from 'lucide-react';
import { useMemo } from 'react';
import { useSteady } from '../hooks/useSteady';
import type { Freshness, FreshnessKind } from '../store/freshness';
import { freshnessAdvice, freshnessText } from '../texts';
import { clockTime } from './moments';
import { classes } from './ui/classes';

const looks: Record<FreshnessKind, { icon: LucideIcon; ink: string }> = {
  live: { icon: Radio, ink: 'text-good' },
  catching_up: { icon: RefreshCw, ink: 'text-wait' },
  stale: { icon: History, ink: 'text-wait' },
  polling: { icon: Timer, ink: 'text-soft' },
  offline: { icon: CloudOff, ink: 'text-soft' },
};

/** How far a view can be trusted to show the newest. */
export function FreshnessNote({ freshness }: { freshness: Freshness }) {
  const actual = useMemo(() => ({ kind: freshness.kind, since: freshness.since }), [freshness.kind, freshness.since]);
  const { kind, since } = useSteady(actual, isLoss);
  const { icon: Icon, ink } = looks[kind];
  return (
    <span
      data-freshness={kind}
      title={freshnessAdvice[kind]}
      className={classes('inline-flex shrink-0 items-center gap-1 text-sm whitespace-nowrap', ink)}
    >
      <Icon size={13} aria-hidden="true" />
      {freshnessText(kind, since === null ? null : clockTime(since))}
    </span>
  );
}

function isLoss(shown: Freshness, actual: Freshness): boolean {
  return isNewest(shown) && !isNewest(actual);
}

function isNewest({ kind }: Freshness): boolean {
  return kind === 'live' || kind === 'polling';
}
