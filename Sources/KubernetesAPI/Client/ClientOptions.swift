package import KubernetesObjects

/// How a client behaves; what is random or waits is injected.
package struct ClusterClientOptions: Sendable {
    package var maximumConnections = 32
    package var requestTimeoutSeconds = 60
    package var userAgent = "lifeboat"
    package var retryPolicy = RetryPolicy()
    package var now: @Sendable () -> Timestamp = { Timestamp(secondsSince1970: WallClock.seconds()) }
    package var jitter: @Sendable () -> Double = { Double.random(in: 0..<1) }
    package var sleep: @Sendable (Double) async throws -> Void = {
        try await ContinuousClock().sleep(for: .milliseconds(Int($0 * 1000)))
    }

    package init() {}
}

/// What a client has done since it was made.
package struct ClusterStatistics: Sendable, Equatable {
    package var requests = 0
    package var retries = 0
    package var bytesReceived = 0
    package var bytesSent = 0
    /// Texts of the Warning headers (RFC 7234 section 5.5) that the server sent, each once.
    package var warnings: Set<String> = []
}

package struct ServerVersion: Sendable, Equatable {
    package let major: String
    package let minor: String
    package let gitVersion: String
}

/// What to list.
package struct ListQuery: Sendable {
    package var namespace: String?
    package var labelSelector: String?
    package var fieldSelector: String?
    package var pageSize = 500
    /// Only metadata: the server sends a PartialObjectMetadataList.
    package var metadataOnly = false

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
