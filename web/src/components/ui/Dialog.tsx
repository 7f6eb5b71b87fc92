import { X } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { texts } from '../../texts';
import { IconButton } from './Button';
import { classes } from './classes';
import { useModal } from './useModal';

interface DialogProps {
  title: string;
  /** Whether the title is only said, not seen. */
  titleHidden?: boolean;
  width?: 'normal' | 'wide';
  /** Whether it holds only what one reads: then it is itself what keys scroll. */
  forReading?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/**
 * The browser's own modal dialog: it holds the focus, makes the rest of the page inert, closes on
 * Escape, and gives the focus back. Open while it is rendered.
 */
export function Dialog({ title, titleHidden = false, width = 'normal', forReading = false, onClose, children }: DialogProps) {
  const modal = useModal(onClose);
  const heading = useId();
  return (
    <dialog
      {...modal}
      aria-labelledby={heading}
      className={classes(
        'appear fixed inset-x-0 top-0 m-0 mx-auto max-h-dvh w-full max-w-none overflow-hidden border-line bg-raised p-0 text-text shadow-raised',
        'sm:top-[10vh] sm:max-h-[80vh] sm:rounded-xl sm:border',
        width === 'wide' ? 'sm:max-w-2xl' : 'sm:max-w-lg',
        'max-sm:h-dvh',
      )}
    >
      <div className="flex h-full max-h-[inherit] flex-col">
        <header className={titleHidden ? 'sr-only' : 'flex items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-5'}>
          <h2 id={heading} className="text-base font-semibold">
            {title}
          </h2>
          {!titleHidden && (
            <IconButton label={texts.close} onClick={onClose}>
              <X size={18} aria-hidden="true" />
            </IconButton>
          )}
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={forReading ? 0 : undefined}>
          {children}
        </div>
      </div>
    </dialog>
  );
}
