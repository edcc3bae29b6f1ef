package import KubernetesObjects
package import Logging

/// How a client behaves; what is random or waits is injected.
package struct ClusterClientOptions: Sendable {
    /// How many requests are on their way at a time; further ones wait for their turn. Watches do not count.
    package var maximumConnections = 32
    /// The longest silence of the server within a request.
    package var requestTimeoutSeconds = 60
    package var connectTimeoutSeconds = 20
    /// The longest answer, and the longest event of a watch.
    package var maximumBodyBytes = 1 << 30
    /// Asks for gzip. It costs the API server's processor more than a fast network gains.
    package var acceptsCompression = false
    package var userAgent = "lifeboat"
    package var retryPolicy = RetryPolicy()
    /// Told about each repeated request; paths only, never bodies or credentials.
    package var logger: Logger?
    package var now: @Sendable () -> Timestamp = { Timestamp(secondsSince1970: WallClock.seconds()) }
    package var jitter: @Sendable () -> Double = { Double.random(in: 0..<1) }
    package var sleep: @Sendable (Double) async throws -> Void = {
        try await ContinuousClock().sleep(for: .milliseconds(Int($0 * 1000)))
    }

    package init() {}
}

/// What a client has done since it was made.
package struct ClusterStatistics: Sendable, Equatable {
    /// Requests sent, repeated ones included.
    package var requests = 0
    package var retries = 0
    package var bytesReceived = 0
    package var bytesSent = 0
    /// Texts of the Warning headers (RFC 7234 section 5.5) that the server sent, each once.
    package var warnings: Set<String> = []

    private static let mostWarnings = 1000

    /// Takes the values of Warning headers: `299 - "text"`, of which the text stays.
    mutating func add(_ values: [String]) {
        for value in values where warnings.count < Self.mostWarnings {
            guard let first = value.firstIndex(of: "\""), let last = value.lastIndex(of: "\""), first < last else {
                warnings.insert(value)
                continue
            }
            let text = String(value[value.index(after: first)..<last])
            warnings.insert(text.replacing("\\\"", with: "\"").replacing("\\\\", with: "\\"))
        }
    }
}

package struct ServerVersion: Sendable, Equatable {
    package let major: String
    package let minor: String
    package let gitVersion: String
}

/// What happens when the server forgets a list before its last page was fetched.
package enum ExpiredList: Sendable {
    /// The list begins again, and the first page of the new one has `isRestart` set.
    case startOver
    /// The list goes on with the token that the server offers: nothing comes twice, but the list is no longer of one moment.
    case goOnInconsistently
}

/// What to list.
package struct ListQuery: Sendable {
    package var namespace: String?
    package var labelSelector: String?
    package var fieldSelector: String?
    package var pageSize = 500
    /// Only metadata: the server sends a PartialObjectMetadataList.
    package var metadataOnly = false
    /// With `metadataOnly`: takes the list in the binary form, which costs the server about half. The ranges of the items of a
    /// page are then not JSON.
    package var allowsBinaryMetadata = false
    /// Takes the list from the server's watch cache (`resourceVersion=0`), which spares etcd and costs the server less than half. Such
    /// a list is of some moment in the past, mostly milliseconds ago; the server ignores the page size.
    /// https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
    package var mayBeCached = false
    /// What happens when the server forgets the list in the middle (410).
    package var expiry = ExpiredList.startOver

    package init() {}
}

/// What to watch, from which resourceVersion on.
package struct WatchQuery: Sendable {
    package var namespace: String?
    package var labelSelector: String?
    package var fieldSelector: String?
    package var resourceVersion = ""
    package var timeoutSeconds = 300
    package var allowsBookmarks = true

    package init() {}
}

/// Options of creations, replacements and patches.
package struct WriteOptions: Sendable {
    package var dryRun = false
    package var fieldManager: String? = "lifeboat"

    package init() {}
}

package struct DeleteOptions: Sendable {
    package enum Propagation: String, Sendable {
        case background = "Background", foreground = "Foreground", orphan = "Orphan"
    }

    package var uid: String?
    package var resourceVersion: String?
    package var propagation: Propagation?
    package var gracePeriodSeconds: Int?
    package var dryRun = false

    package init() {}
}

/// The patch formats of the API server.
package enum PatchType: Sendable {
    case merge
    case json
    case strategic
    /// Server-side apply; `force` takes fields over from other managers.
    case apply(force: Bool)

    var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        case .strategic: "application/strategic-merge-patch+json"
        case .apply: "application/apply-patch+yaml"
        }
    }
}
