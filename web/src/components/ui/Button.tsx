import type { ComponentProps } from 'react';
import { classes } from './classes';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';
type Size = 'normal' | 'small' | 'icon';

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  size?: Size;
}

const looks: Record<Look, string> = {
  primary: 'border-transparent bg-accent text-on-accent font-medium hover:bg-accent-strong',
  plain: 'border-line-strong bg-raised text-text hover:bg-hover',
  quiet: 'border-transparent text-soft hover:bg-hover hover:text-text',
  danger: 'border-line-strong bg-raised text-bad hover:bg-bad-wash',
};

const sizes: Record<Size, string> = {
  normal: 'h-9 gap-2 px-3.5 pointer-coarse:h-11',
  small: 'h-7 gap-1.5 px-2 text-sm pointer-coarse:h-10',
  icon: 'size-8 justify-center pointer-coarse:size-11',
};

/** The looks of a button, for links that are one. */
function buttonLooks(look: Look = 'plain', size: Size = 'normal'): string {
  return classes(
    'inline-flex shrink-0 items-center rounded-md border whitespace-nowrap transition-colors select-none',
    'aria-disabled:opacity-60',
    looks[look],
    sizes[size],
  );
}

/** A button that says `aria-disabled` rather than `disabled`, so that the focus is never lost. */
export function Button({ look = 'plain', size = 'normal', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={classes(buttonLooks(look, size), className)} {...rest} />;
}

interface IconButtonProps extends Omit<ButtonProps, 'aria-label' | 'size'> {
  /** What it does: its name for everybody who does not see the icon, and its tooltip. */
  label: string;
}

export function IconButton({ label, look = 'quiet', ...rest }: IconButtonProps) {
  return <Button look={look} size="icon" aria-label={label} title={label} {...rest} />;
}
