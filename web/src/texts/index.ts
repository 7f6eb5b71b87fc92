/** Every text a person reads on the page. */
export * from './chosen';
export * from './fixed';
