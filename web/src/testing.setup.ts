/** What jsdom does not have. */
import 'fake-indexeddb/auto';
