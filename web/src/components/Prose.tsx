import { lazy, Suspense } from 'react';
import { classes } from './ui/classes';

const RichText = lazy(() => import('./RichText'));

interface ProseProps {
  text: string;
  className?: string;
}

/** A text that somebody wrote; as it was typed until what renders it is loaded. */
export function Prose({ text, className }: ProseProps) {
  return (
    <div className={classes('prose', className)}>
      <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
        <RichText text={text} />
      </Suspense>
    </div>
  );
}
