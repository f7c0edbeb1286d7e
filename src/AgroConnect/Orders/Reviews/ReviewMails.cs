using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;

namespace AgroConnect.Orders.Reviews;

/// <summary>The mails of reviews: added to the outbox in the transaction of what they tell.</summary>
internal sealed class ReviewMails(AppDbContext db, Outbox outbox, Site site)
{
    /// <summary>To the seller: somebody has reviewed a product.</summary>
    public void Written(Review review, Product product, User author) => Add(product.Seller, "review-written", product, model =>
    {
        model["person"] = author.PublicName;
        model["rating"] = review.Rating;
        model["text"] = review.Text;
    });

    /// <summary>To the author: the seller has answered.</summary>
    public void Answered(Review review) => Add(review.Author, "review-answered", review.Product, model =>
    {
        model["farm"] = review.Product.Seller.PublicName;
        model["text"] = review.Reply!;
    });

    private void Add(User person, string template, Product product, Action<Dictionary<string, object>> fill)
    {
        if (person.DeletedAt is not null)
        {
            return;
        }

        var model = new Dictionary<string, object> { ["product"] = product.Name, ["link"] = $"{site.FrontendUrl}/products/{product.Id}" };
        fill(model);
        outbox.Add(db, new Recipient(person.Email!), new MailDraft(template, "en", model));
    }
}
