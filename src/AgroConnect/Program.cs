using AgroConnect.Assistant;
using AgroConnect.Assistant.Knowledge;
using AgroConnect.Chat;
using AgroConnect.Commands;
using AgroConnect.Data;
using AgroConnect.Email;
using AgroConnect.Events;
using AgroConnect.Images;
using AgroConnect.Live;
using AgroConnect.Orders;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;

// The last step of the build, which has no settings.
if (args is ["save-knowledge", var file])
{
    return SavedKnowledge.Write(file);
}

// Started from another folder, the settings beside the program still hold.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = File.Exists("appsettings.json") ? null : AppContext.BaseDirectory,
});

builder.AddWeb();
builder.AddLive();
builder.AddDatabase();
builder.AddEvents();
builder.AddEmail();
builder.AddImages();
builder.AddUsers();
builder.AddProducts();
builder.AddOrders();
builder.AddChat();
builder.AddAssistant();
builder.AddCommands();

var app = builder.Build();

app.UseChat();
app.UseWeb();
app.MapEmail();
app.MapImages();
app.MapUsers();
app.MapProducts();
app.MapOrders();
app.MapChat();
app.MapAssistant();

return await CommandLine.RunAsync(app, args);
