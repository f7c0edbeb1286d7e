import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useMe } from '../../api/account';
import { soldOrderQuery } from '../../api/farm';
import { Loaded } from '../../design/feedback';
import { useFormat } from '../../i18n/format';
import { FulfilmentPanel } from '../work/FulfilmentPanel';
import { OrderLayout } from '../work/OrderFacts';
import { ReceiptButton } from '../work/ReceiptButton';
import { TalkButton } from '../work/TalkButton';
import { FarmPage } from './FarmPage';

/** A farm's part of an order: what to pack, where it goes, and the next step. */
export function Component() {
  const { t } = useTranslation('farm');
  const format = useFormat();
  const me = useMe()!;
  const order = useQuery(soldOrderQuery(Number(useParams().id), true));
  const number = order.data?.number ?? t('orders.one');
  return (
    <FarmPage
      title={number}
      aside={
        order.data && (
          <div className="row">
            <TalkButton user={order.data.user} />
            <ReceiptButton order={order.data} />
          </div>
        )
      }
    >
      <Loaded query={order}>
        {data => (
          <>
            <p className="soft">{format.dateTime(data.created_at)}</p>
            <OrderLayout order={data}>
              {data.fulfilments
                .filter(({ seller }) => seller.id === me.id)
                .map(fulfilment => (
                  <FulfilmentPanel key={fulfilment.id} order={data} fulfilment={fulfilment} staff={false} />
                ))}
            </OrderLayout>
          </>
        )}
      </Loaded>
    </FarmPage>
  );
}
