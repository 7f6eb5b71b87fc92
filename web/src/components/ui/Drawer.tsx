import type { ReactNode } from 'react';
import { useModal } from './useModal';

interface DrawerProps {
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A panel from the side, modal like a dialog. Open while it is rendered. */
export default function Drawer({ label, onClose, children }: DrawerProps) {
  const modal = useModal(onClose);
  return (
    <dialog
      {...modal}
      aria-label={label}
      className="slide-in fixed inset-y-0 left-0 m-0 h-dvh max-h-none w-72 max-w-[85vw] border-r border-line p-0 shadow-raised"
    >
      {children}
    </dialog>
  );
}
