import { texts } from '../texts';

/** A count as it stands, or that it is not known yet. */
export function Count({ value }: { value: number | string | null }) {
  if (value !== null) return value;
  return (
    <>
      <span aria-hidden="true">{texts.unknown.sign}</span>
      <span className="sr-only">{texts.unknown.words}</span>
    </>
  );
}
