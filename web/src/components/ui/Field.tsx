import { useId, type ComponentProps, type ReactNode } from 'react';
import { classes } from './classes';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  labelHidden?: boolean;
  /** Renders the control with what ties it to its label, hint and error. */
  children: (control: ControlProps) => ReactNode;
}

interface ControlProps {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string;
}

/** A labelled control with its hint and its error. */
export function Field({ label, hint, error = null, labelHidden = false, children }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'font-medium'}>
        {label}
      </label>
      {children({ id, 'aria-invalid': error !== null, 'aria-describedby': `${id}-hint ${id}-error` })}
      <p id={`${id}-error`} className="text-sm text-bad empty:hidden" role="alert">
        {error}
      </p>
      <div id={`${id}-hint`} className="text-sm text-soft empty:hidden">
        {hint}
      </div>
    </div>
  );
}

const control =
  'w-full rounded-md border border-control bg-ground px-3 py-1.5 text-text aria-invalid:border-bad aria-invalid:outline-bad';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={classes(control, 'h-9 pointer-coarse:h-11', className)} {...rest} />;
}

/** Grows with its text, where the browser can. */
export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={classes(control, 'field-sizing-content min-h-20 resize-y', className)} {...rest} />;
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select className={classes(control, 'h-9 pointer-coarse:h-11', className)} {...rest} />;
}
