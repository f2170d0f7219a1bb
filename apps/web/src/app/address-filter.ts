import { useSearchParams } from 'react-router';

/** The filter of a list as it stands in the address, and what sets one part of it; nothing takes that part away. */
export function useAddressFilter(): [URLSearchParams, (name: string, value: string | undefined) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(search);
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  return [search, set];
}
