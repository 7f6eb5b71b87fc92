import { Bot, GitBranch, Workflow } from 'lucide-react';
import type { ActorKind } from '../../api/types';
import { classes } from './classes';

interface AvatarProps {
  name: string;
  kind?: ActorKind;
  size?: 'small' | 'normal';
}

/** Who, at a glance: initials for people, an icon for programs. Always beside the name. */
export function Avatar({ name, kind = 'user', size = 'normal' }: AvatarProps) {
  const pixels = size === 'small' ? 11 : 14;
  return (
    <span
      aria-hidden="true"
      className={classes(
        'inline-flex shrink-0 items-center justify-center rounded-full font-medium',
        size === 'small' ? 'size-4.5 text-[0.6rem]' : 'size-6 text-xs',
        kind === 'user' ? 'bg-accent-wash text-accent-strong' : 'bg-hover text-soft',
      )}
    >
      {kind === 'user' && initials(name)}
      {kind === 'agent' && <Bot size={pixels} />}
      {kind === 'github' && <GitBranch size={pixels} />}
      {kind === 'system' && <Workflow size={pixels} />}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => Array.from(word ?? '')[0] ?? '').join('').toUpperCase() || '?';
}
