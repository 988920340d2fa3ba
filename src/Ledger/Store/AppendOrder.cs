using JasperFx.Events;
using Marten;

namespace Ledger.Store;

/// <summary>The order in which a session's events get their positions, whatever streams they go to.</summary>
/// <remarks>Marten assigns positions stream by stream, which is not the order of the lines where these alternate between streams. So the
/// session carries the order, and the inline projection restores it before anything is written: Marten's insert reads an event's position
/// only when the batch is built. Versions need no change, since both orders agree within a stream.</remarks>
internal sealed class AppendOrder(IReadOnlyList<IEvent> inOrder) : DocumentSessionListenerBase
{
    /// <summary>The order that a session carries; null where Marten's own is kept.</summary>
    public static AppendOrder? Of(IDocumentOperations operations) =>
        (operations as IDocumentSession)?.Listeners.OfType<AppendOrder>().FirstOrDefault();

    /// <summary>Assigns the session's positions to its events in this order.</summary>
    /// <param name="events">All events of the session, with the positions that Marten assigned.</param>
    /// <exception cref="InvalidOperationException">The session has more or fewer events than the order.</exception>
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
