import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usersQuery } from '../../api/staff';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Empty, Loaded } from '../../design/feedback';
import { FilterText } from '../../design/Filters';
import { Row, Rows } from '../../design/Rows';

/** Somebody to filter by, found by name or address. The value is the id. */
export function PersonFilter({
  label,
  value,
  of: role,
  onChange,
}: {
  label: string;
  value: string;
  of?: string;
  onChange: (id: string) => void;
}) {
  const { t } = useTranslation(['staff', 'work']);
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const users = useQuery({ ...usersQuery({ search: search || undefined, role, page_size: 8 }), enabled: open });
  const choose = (id: string) => {
    onChange(id);
    setOpen(false);
  };

  return (
    <>
      <Button kind="secondary" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
        {value && ` · ${value}`}
      </Button>
      {open && (
        <Dialog title={label} onClose={() => setOpen(false)}>
          <div className="stack">
            <FilterText name="person" label={t('users.search')} value={search} onChange={setSearch} />
            <Loaded query={users}>
              {({ results }) =>
                results.length === 0 ? (
                  <Empty icon="person" title={t('work:filter.none')} />
                ) : (
                  <Rows label={label}>
                    {results.map(user => (
                      <Row
                        key={user.id}
                        title={<bdi>{user.name}</bdi>}
                        details={user.email}
                        end={
                          <Button kind="secondary" small onClick={() => choose(String(user.id))}>
                            {t('users.choose')}
                          </Button>
                        }
                      />
                    ))}
                  </Rows>
                )
              }
            </Loaded>
            {value && (
              <Button kind="quiet" onClick={() => choose('')}>
                {t('work:filter.clear')}
              </Button>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}
