using JasperFx.Events;
using Marten;

namespace Ledger.Store;

/// <summary>The order in which a session's events shall stand in the ledger, whatever streams they go to.</summary>
/// <remarks>Marten gives positions out stream by stream. Where lines alternate between streams that order is not theirs, and a session for each run
/// would cost round trips of its own; so the session carries the order, and the inline projection restores it before anything is written: the
/// store's insert reads an event's position only when the batch is built. Versions stay right, since within a stream both orders agree.</remarks>
internal sealed class AppendOrder(IReadOnlyList<IEvent> inOrder) : DocumentSessionListenerBase
{
    /// <summary>The order that a session carries; null where the store's own will do.</summary>
    public static AppendOrder? Of(IDocumentOperations operations) =>
        (operations as IDocumentSession)?.Listeners.OfType<AppendOrder>().FirstOrDefault();

    /// <summary>Gives the session's positions to its events in the wanted order.</summary>
    /// <param name="events">All events of the session, with the positions that the store gave them.</param>
    /// <exception cref="InvalidOperationException">The session has other events than the order names.</exception>
    public void Restore(IReadOnlyList<IEvent> events)
    {
        if (events.Count != inOrder.Count)
        {
            throw new InvalidOperationException($"The session appends {events.Count} events, and an order is known of {inOrder.Count}.");
        }

        var positions = events.Select(x => x.Sequence).Order().ToArray();
        for (var i = 0; i < positions.Length; i++)
        {
            inOrder[i].Sequence = positions[i];
        }
    }
}
