import { Component, type ReactNode } from 'react';
import { texts } from '../texts';
import { Button } from './ui/Button';
import { Empty } from './ui/Notice';

/** Keeps a broken part from taking the page with it, and says what to do. */
export class Guard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div role="alert">
        <Empty
          icon={null}
          title={texts.broken.title}
          action={<Button look="primary" onClick={() => { window.location.reload(); }}>{texts.reload}</Button>}
        >
          {texts.broken.advice}
        </Empty>
      </div>
    );
  }
}
