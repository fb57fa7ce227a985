import { Component, type ComponentType, type FunctionComponent, type JSX, h } from 'preact';

/** Renders again only when a property is another one; the store shares what did not change. */
export function memo<P extends object>(view: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now = this.props as Record<string, unknown>;
      const then = next as Record<string, unknown>;
      return Object.keys(then).some((key) => !Object.is(now[key], then[key]));
    }

    override render(): JSX.Element {
      return h(view as FunctionComponent<object>, this.props);
    }
  };
}
