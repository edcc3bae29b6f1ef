/// Certificates and keys in PEM and base64, made with OpenSSL for these tests only.
enum TLSSamples {
    /// Names shop.example and *.apps.example, until 2026-12-31.
    static let certificate = """
        LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJOekNCM3FBREFnRUNBZ0VITUFvR0NDcUdTTTQ5QkFNQ01BOHhEVEFMQmdOVkJB\
        TU1CSFJsYzNRd0hoY04KTWpZd01UQXhNREF3TURBd1doY05Nall4TWpNeE1EQXdNREF3V2pBUE1RMHdDd1lEVlFRRERBUjBaWE4wTUZr\
        dwpFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRTQzWEwxb2RoY2Z2U2dtM05tcUlpN2FFK2k5ckVSdzF0CnM3aXBBdE13OHNk\
        TXJoQW1VbndBL3A4ZE5zbmljR0d0Q2Jld0E3V0JRbVdSMGhXVkcydUZQcU1yTUNrd0p3WUQKVlIwUkJDQXdIb0lNYzJodmNDNWxlR0Z0\
        Y0d4bGdnNHFMbUZ3Y0hNdVpYaGhiWEJzWlRBS0JnZ3Foa2pPUFFRRApBZ05JQURCRkFpRUFsRnhzd1ZXWFdPNnJGM29TNTlmN2owb3Fo\
        azM0N3NFNjhxbFB2dWY1VndZQ0lFRDNLT2JCClU3R1UxK0NzNGQwazJJZWRkOGVQYTc5bURnYTNvRFdTdU1LaQotLS0tLUVORCBDRVJU\
        SUZJQ0FURS0tLS0tCg==
        """

    /// The key of `certificate`.
    static let key = """
        LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEJHMHdhd0lCQVFRZ2pz\
        SlZSZEoyT1ZQT3ZpWEsKaVl6UlhhR3ZnNXFSU053VlduSVVGekl2ZFZXaFJBTkNBQVRqZGN2V2gyRngrOUtDYmMyYW9pTHRvVDZMMnNS\
        SApEVzJ6dUtrQzB6RHl4MHl1RUNaU2ZBRCtueDAyeWVKd1lhMEp0N0FEdFlGQ1paSFNGWlViYTRVKwotLS0tLUVORCBQUklWQVRFIEtF\
        WS0tLS0tCg==
        """

    /// The key of `certificate` as `openssl ecparam -genkey` writes it, after a block with the parameters of its curve.
    static let keyWithParameters = """
        LS0tLS1CRUdJTiBFQyBQQVJBTUVURVJTLS0tLS0KQmdncWhrak9QUU1CQnc9PQotLS0tLUVORCBFQyBQQVJBTUVURVJTLS0tLS0KLS0t\
        LS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1IY0NBUUVFSUk3Q1ZVWFNkamxUenI0bHlvbU0wVjJocjRPYWtVamNGVnB5RkJjeUwz\
        VlZvQW9HQ0NxR1NNNDkKQXdFSG9VUURRZ0FFNDNYTDFvZGhjZnZTZ20zTm1xSWk3YUUraTlyRVJ3MXRzN2lwQXRNdzhzZE1yaEFtVW53\
        QQovcDhkTnNuaWNHR3RDYmV3QTdXQlFtV1IwaFdWRzJ1RlBnPT0KLS0tLS1FTkQgRUMgUFJJVkFURSBLRVktLS0tLQo=
        """

    /// A key of no certificate here.
    static let otherKey = """
        LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEJHMHdhd0lCQVFRZzgx\
        WkJ2TEFjU1RQTVpnc1oKdWp4NGNlTkx3NlZpQm50Y0c3WFl5elVhYTNPaFJBTkNBQVRrQTRxM0tvZm1uckhXdmZzWFhwQU5CaXNOSENJ\
        eQpmWkNUaFg0Y1VPS0tabnlVOHJLa3RBTGdUUUI3R0VQdnh4T3hYUGNPWlFTdGgzTUtZTlhQMTlZUwotLS0tLUVORCBQUklWQVRFIEtF\
        WS0tLS0tCg==
        """

    static func secret(_ name: String, certificate: String = certificate, key: String = key) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name), namespace: shop}
        type: kubernetes.io/tls
        data: {tls.crt: \(certificate), tls.key: \(key)}
        """
    }

    /// The sealing key of `SealedSamples` as the Secret that the controller loads.
    static func sealingKey(
        _ name: String = "sealing",
        state: String = "active",
        certificate: String = SealedSamples.certificate,
        key: String = SealedSamples.key
    ) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: \(name)
          namespace: kube-system
          labels: {sealedsecrets.bitnami.com/sealed-secrets-key: \(state)}
        type: kubernetes.io/tls
        data: {tls.crt: \(certificate), tls.key: \(key)}
        """
    }
}
