using AgroConnect.Tests;
using AgroConnect.Tests.WebClient;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(BrowsersFirst))]

namespace AgroConnect.Tests;

/// <summary>The tests in browsers run one after the other: begun last, they would leave all but one processor without work.</summary>
public sealed class BrowsersFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => collection.TestCollectionClassName == typeof(InABrowser).FullName)];
}
