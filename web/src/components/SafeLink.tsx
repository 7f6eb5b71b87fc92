import type { ReactNode } from 'react';

/** A link to another site, or only its text when the address is not a web address. */
export function SafeLink({ url, children }: { url: string; children: ReactNode }) {
  if (!isWebAddress(url)) return <span>{children}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

function isWebAddress(url: string): boolean {
  try {
    return ['https:', 'http:'].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}
