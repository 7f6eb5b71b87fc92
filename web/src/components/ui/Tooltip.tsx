import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useLayer } from './useLayer';

interface TooltipProps {
  text: ReactNode;
  /** A control: what cannot take the focus tells nobody who uses a keyboard. */
  children: ReactNode;
}

export function Tooltip({ text, children }: TooltipProps) {
  const { anchor, container } = useLayer();
  return (
    <Radix.Provider delayDuration={200}>
      <Radix.Root>
        <Radix.Trigger asChild ref={anchor}>{children}</Radix.Trigger>
        <Radix.Portal container={container}>
          <Radix.Content
            sideOffset={6}
            collisionPadding={8}
            className="appear z-50 max-w-72 rounded-md border border-line bg-raised px-2.5 py-1.5 text-sm text-text shadow-raised"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
