internal import FoundationEssentials
package import KubernetesObjects
internal import SwiftASN1
internal import X509

/// Everything needed to talk to one cluster. Credentials are in memory only; the description holds none.
package struct ClusterConfiguration: Sendable {
    package let contextName: String
    package let clusterName: String
    /// The server's URL without a slash at the end.
    package let server: String
    /// The namespace of the context; `default` when it names none.
    package let namespace: String
    /// What the user should know, such as switched-off verification.
    package let warnings: [String]
    let certificateAuthority: [UInt8]?
    let skipsVerification: Bool
    let tlsServerName: String?
    let proxy: String?
    let clientCertificate: ClientCertificate?
    let token: TokenSource
    let impersonationHeaders: [(String, String)]

    /// Loads the kubeconfig as kubectl does.
    ///
    /// Order: `path`, else the files of `KUBECONFIG` merged, else `~/.kube/config`, else the service account of the pod.
    package static func load(
        environment: [String: String],
        path: String? = nil,
        context: String? = nil
    ) throws(LifeboatError) -> ClusterConfiguration {
        let named = path.map { [$0] } ?? environment["KUBECONFIG"]?.split(separator: ":").map(String.init) ?? []
        var files = named
        if named.isEmpty, let home = environment["HOME"] {
            let standard = "\(home)/.kube/config"
            if LocalFile.exists(standard) { files = [standard] }
        }
        if files.isEmpty {
            guard environment["KUBERNETES_SERVICE_HOST"] != nil, context == nil else {
                throw LifeboatError(
                    .kubeconfigNotFound,
                    "no kubeconfig was found" + (context == nil ? ", and this is not a pod" : ""),
                    remedy: "set KUBECONFIG or give --kubeconfig"
                )
            }
            return try InClusterConfiguration.load(environment: environment)
        }
        let kubeconfig = try Kubeconfig.load(files, isExplicit: path != nil)
        return try kubeconfig.resolve(context: context, environment: environment)
    }

    /// A client certificate that is over, as an error with its date: better than the bare TLS alert of the server.
    func expiredCertificate(now: Timestamp) -> LifeboatError? {
        guard let clientCertificate,
            let certificate = try? Certificate(pemEncoded: Self.firstCertificate(clientCertificate.certificate))
        else { return nil }
        let end = Timestamp(secondsSince1970: Int64(certificate.notValidAfter.timeIntervalSince1970))
        guard end < now else { return nil }
        return LifeboatError(
            .certificateExpired,
            "the client certificate of context “\(contextName)” expired at \(end)",
            remedy: "renew it and update the kubeconfig, for example with `kubeadm certs renew`"
        )
    }

    private static func firstCertificate(_ pem: [UInt8]) -> String {
        let text = String(decoding: pem, as: UTF8.self)
        guard let end = text.firstRange(of: "-----END CERTIFICATE-----") else { return text }
        return String(text[..<end.upperBound])
    }
}

extension ClusterConfiguration: CustomStringConvertible {
    package var description: String { "context “\(contextName)” at \(server)" }
}

/// How the client says who it is, besides a client certificate.
enum TokenSource: Sendable {
    case none
    case token(String)
    case file(String)
    case plugin(ExecPlugin)
}
