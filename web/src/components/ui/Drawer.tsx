import { useEffect, useRef, type ReactNode } from 'react';

interface DrawerProps {
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A panel from the side, modal like a dialog. Open while it is rendered. */
export default function Drawer({ label, onClose, children }: DrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className="slide-in fixed inset-y-0 left-0 m-0 h-dvh max-h-none w-72 max-w-[85vw] border-r border-line p-0 shadow-raised"
    >
      {children}
    </dialog>
  );
}
