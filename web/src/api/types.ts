import type { components } from './schema';

type Schemas = components['schemas'];

export type Product = Schemas['ProductView'];
export type ProductImage = Schemas['ProductImageView'];
export type ProductPage = Schemas['ProductPage'];
export type Facets = Schemas['FacetsView'];
export type Category = Schemas['CategoryView'];
export type Suggestion = Schemas['Suggestion'];
export type Seller = Schemas['SellerProfileView'];
export type Review = Schemas['ReviewView'];
export type Cart = Schemas['CartView'];
export type CartItem = Schemas['CartItemView'];
export type CartProduct = Schemas['CartProductView'];
export type Order = Schemas['OrderView'];
export type OrderItem = Schemas['OrderItemView'];
export type Fulfilment = Schemas['FulfilmentView'];
export type User = Schemas['UserView'];
export type Conversation = Schemas['ConversationView'];
export type Message = Schemas['MessageView'];
export type ChatImage = Schemas['ChatImageView'];
export type Answer = Schemas['AnswerView'];
export type Site = Schemas['SiteView'];
