import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { categoriesQuery } from '../../api/catalogue';
import { api, ok } from '../../api/client';
import type { Category } from '../../api/types';
import { Button, IconButton } from '../../design/Button';
import { Empty, Loaded } from '../../design/feedback';
import { Select, TextArea, TextField } from '../../design/Form';
import { say } from '../../design/toasts';
import { Confirm } from '../work/Confirm';
import styles from './CategoriesPage.module.css';
import { StaffPage } from './StaffPage';

type Asked = { kind: 'new'; parent: number | null } | { kind: 'edit' | 'delete'; category: Category };

/** The shelves of the market. */
export function Component() {
  const { t } = useTranslation('staff');
  const categories = useQuery(categoriesQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <StaffPage
      title={t('nav.categories')}
      aside={
        <Button small icon="plus" aria-haspopup="dialog" onClick={() => setAsked({ kind: 'new', parent: null })}>
          {t('categories.new')}
        </Button>
      }
    >
      <Loaded query={categories}>
        {all =>
          all.length === 0 ? (
            <Empty icon="leaf" title={t('categories.none')} />
          ) : (
            <div className="panel">
              <Tree all={all} parent={null} onAsk={setAsked} />
            </div>
          )
        }
      </Loaded>
      {asked && asked.kind !== 'delete' && (
        <CategoryDialog asked={asked} all={categories.data ?? []} onClose={() => setAsked(null)} />
      )}
      {asked?.kind === 'delete' && <DeleteDialog category={asked.category} onClose={() => setAsked(null)} />}
    </StaffPage>
  );
}

function Tree({ all, parent, onAsk }: { all: Category[]; parent: number | null; onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation(['staff', 'common']);
  const children = all.filter(category => category.parent === parent);
  return children.length === 0 ? null : (
    <ul className={styles.tree}>
      {children.map(category => (
        <li key={category.id}>
          <div className={styles.category}>
            <span>
              <b dir="auto">{category.name}</b>
              <span className="small soft">{t('categories.products', { count: category.product_count })}</span>
            </span>
            <span className={styles.tools}>
              <IconButton
                icon="plus"
                label={t('categories.below', { name: category.name })}
                aria-haspopup="dialog"
                onClick={() => onAsk({ kind: 'new', parent: category.id })}
              />
              <IconButton
                icon="edit"
                label={`${t('common:action.edit')}: ${category.name}`}
                aria-haspopup="dialog"
                onClick={() => onAsk({ kind: 'edit', category })}
              />
              <IconButton
                icon="trash"
                label={`${t('common:action.delete')}: ${category.name}`}
                aria-haspopup="dialog"
                onClick={() => onAsk({ kind: 'delete', category })}
              />
            </span>
          </div>
          <Tree all={all} parent={category.id} onAsk={onAsk} />
        </li>
      ))}
    </ul>
  );
}

function CategoryDialog({
  asked,
  all,
  onClose,
}: {
  asked: Exclude<Asked, { kind: 'delete' }> | { kind: 'edit' | 'delete'; category: Category };
  all: Category[];
  onClose: () => void;
}) {
  const { t } = useTranslation(['staff', 'common']);
  const queries = useQueryClient();
  const category = asked.kind === 'new' ? undefined : asked.category;
  return (
    <Confirm
      title={t(category ? 'categories.edit' : 'categories.new')}
      action={t('common:action.save')}
      onClose={onClose}
      onConfirm={async values => {
        const body = {
          name: values.text('name'),
          description: values.text('description'),
          parent: Number(values.text('parent')) || null,
        };
        await ok(
          category
            ? api.PATCH('/api/categories/{category}/', { params: { path: { category: String(category.id) } }, body })
            : api.POST('/api/categories/', { body }),
        );
        await queries.invalidateQueries({ queryKey: ['categories'] });
        say(t('categories.saved'));
      }}
    >
      <TextField name="name" label={t('categories.name')} defaultValue={category?.name} maxLength={100} dir="auto" />
      <Select
        name="parent"
        label={t('categories.parent')}
        defaultValue={(asked.kind === 'new' ? asked.parent : category?.parent) ?? ''}
      >
        <option value="">{t('categories.top')}</option>
        {all
          .filter(other => other.id !== category?.id)
          .map(other => (
            <option key={other.id} value={other.id}>
              {other.name}
            </option>
          ))}
      </Select>
      <TextArea
        name="description"
        label={t('categories.description')}
        defaultValue={category?.description}
        maxLength={2000}
        dir="auto"
        optional
      />
    </Confirm>
  );
}

function DeleteDialog({ category, onClose }: { category: Category; onClose: () => void }) {
  const { t } = useTranslation(['staff', 'common']);
  const queries = useQueryClient();
  return (
    <Confirm
      title={t('categories.delete', { name: category.name })}
      action={t('common:action.delete')}
      danger
      onClose={onClose}
      onConfirm={async () => {
        await ok(api.DELETE('/api/categories/{category}/', { params: { path: { category: String(category.id) } } }));
        await queries.invalidateQueries({ queryKey: ['categories'] });
      }}
    >
      <p>{t('categories.deleteText')}</p>
    </Confirm>
  );
}
