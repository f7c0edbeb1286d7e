using AgroConnect.Commands;
using AgroConnect.Data;
using AgroConnect.Products;
using AgroConnect.Users;
using AgroConnect.Web;

var builder = WebApplication.CreateBuilder(args);

builder.AddWeb();
builder.AddDatabase();
builder.AddUsers();
builder.AddProducts();
builder.Services.AddSingleton<AgroConnect.Images.ImageUrls>().AddSingleton<AgroConnect.Images.ImageStore>();
builder.AddCommands();

var app = builder.Build();

app.UseWeb();
app.MapUsers();
app.MapProducts();

return await CommandLine.RunAsync(app, args);
