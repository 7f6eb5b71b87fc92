import type { ReactNode } from 'react';
import { texts } from '../texts';

interface SafeLinkProps {
  url: string;
  className?: string | undefined;
  title?: string | undefined;
  /** Whether Tab stops at it. */
  tabbable?: boolean;
  children: ReactNode;
}

/** A link to another site, or only its text when the address is not a web address. */
export function SafeLink({ url, className, title, tabbable = true, children }: SafeLinkProps) {
  if (!isWebAddress(url)) {
    return (
      <span className={className} title={title}>
        {children}
      </span>
    );
  }
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" tabIndex={tabbable ? undefined : -1} className={className} title={title}>
      {children}
      <span className="sr-only"> {texts.detail.newTab}</span>
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
