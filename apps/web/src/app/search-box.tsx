import { SearchOutlined } from '@ant-design/icons';
import { MIN_SEARCH_CHARS } from '@tianyan/console-app/api';
import { useEffect, useRef, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import styles from './search-box.module.css';

const MAX_CHARS = 200;

/** The text stands behind the `#`: what is looked for is sent in no address. */
export function searchPath(text: string): string {
  return text === '' ? '/search' : `/search#${encodeURIComponent(text)}`;
}

/** The box on top of every page; on a phone a button that leads to the page of the search. */
export function SearchBox() {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]');
      // A page that has a box of its own for this key has taken it.
      if (event.key !== '/' || event.defaultPrevented || isTyping) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  const search = (event: FormEvent) => {
    event.preventDefault();
    const { current } = input;
    const text = current?.value.trim() ?? '';
    if (!current || text.length < MIN_SEARCH_CHARS) return;
    // The page has a box with the text in it.
    current.value = '';
    current.blur();
    void navigate(searchPath(text));
  };
  return (
    <>
      <form role="search" aria-label="全站" className={styles['box']} onSubmit={search}>
        <SearchOutlined aria-hidden="true" />
        <input
          ref={input}
          type="search"
          name="text"
          aria-label="搜索编号、名称"
          placeholder="搜索编号、名称，按 / 输入"
          autoComplete="off"
          minLength={MIN_SEARCH_CHARS}
          maxLength={MAX_CHARS}
          required
        />
      </form>
      <Link to="/search" aria-label="搜索" className={styles['button']}>
        <SearchOutlined aria-hidden="true" />
      </Link>
    </>
  );
}
