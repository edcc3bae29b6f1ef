internal import KubernetesObjects

/// The files that the programs read, and their arguments, which hold paths and no secrets.
struct ControlPlaneArguments {
    let kubeconfig: String
    private let folder: String
    private let authority: String
    private let certificate: String
    private let key: String
    private let accountKey: String
    private let accountPublicKey: String

    init(_ keys: ControlPlaneKeys, _ folder: PrivateFolder, port: Int) throws(LifeboatError) {
        self.folder = folder.path
        kubeconfig = try folder.write(keys.kubeconfig(port: port), to: "kubeconfig")
        authority = try folder.write(keys.authority, to: "ca.crt")
        certificate = try folder.write(keys.serverCertificate, to: "server.crt")
        key = try folder.write(keys.serverKey, to: "server.key")
        accountKey = try folder.write(keys.accountKey, to: "accounts.key")
        accountPublicKey = try folder.write(keys.accountPublicKey, to: "accounts.pub")
    }

    func apiServerArguments(port: Int, etcd: Int) -> [String] {
        [
            "--etcd-servers=http://127.0.0.1:\(etcd)", "--secure-port=\(port)", "--bind-address=127.0.0.1",
            "--tls-cert-file=\(certificate)", "--tls-private-key-file=\(key)", "--client-ca-file=\(authority)",
            "--cert-dir=\(folder)", "--service-account-key-file=\(accountPublicKey)",
            "--service-account-signing-key-file=\(accountKey)",
            "--service-account-issuer=https://kubernetes.default.svc", "--authorization-mode=RBAC",
            "--service-cluster-ip-range=10.0.0.0/16", "--allow-privileged=true", "--max-requests-inflight=2000",
            "--max-mutating-requests-inflight=1000",
        ]
    }

    func controllerArguments(port: Int, _ release: KubernetesRelease?) -> [String] {
        var arguments = [
            "--kubeconfig=\(kubeconfig)", "--service-account-private-key-file=\(accountKey)",
            "--root-ca-file=\(authority)", "--use-service-account-credentials=false", "--leader-elect=false",
            "--secure-port=\(port)", "--bind-address=127.0.0.1", "--cert-dir=\(folder)",
        ]
        // Before 1.24 it also listens on the fixed port 10252, which only one on a machine can have.
        if let release, release.major == 1, release.minor < 24 { arguments.append("--port=0") }
        return arguments
    }

    static func etcdArguments(_ folder: String, client: Int, peer: Int) -> [String] {
        let (clientURL, peerURL) = ("http://127.0.0.1:\(client)", "http://127.0.0.1:\(peer)")
        return [
            "--data-dir=\(folder)/etcd", "--listen-client-urls=\(clientURL)", "--advertise-client-urls=\(clientURL)",
            "--listen-peer-urls=\(peerURL)", "--initial-advertise-peer-urls=\(peerURL)",
            "--initial-cluster=default=\(peerURL)", "--quota-backend-bytes=8589934592",
            // What is thrown away need not survive a power cut.
            "--unsafe-no-fsync",
        ]
    }
}
