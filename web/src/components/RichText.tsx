import { memo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { SafeLink } from './SafeLink';

// Headings of a text stand below those of the page. An image would tell its server who reads, and
// when: it is shown as a link.
const components: Components = {
  h1: 'h4',
  h2: 'h5',
  h3: 'h6',
  h4: 'h6',
  h5: 'h6',
  a: ({ href, children }) => <SafeLink url={href ?? ''}>{children}</SafeLink>,
  img: ({ src, alt }) => {
    const url = typeof src === 'string' ? src : '';
    return <SafeLink url={url}>{alt === undefined || alt === '' ? url : alt}</SafeLink>;
  },
};

/** Markdown that somebody wrote: no HTML, no images from elsewhere. Loaded when first needed. */
const RichText = memo(function RichText({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={[remarkGfm]} rehypePlugins={[rehypeSanitize]} components={components}>
      {text}
    </Markdown>
  );
});
export default RichText;
