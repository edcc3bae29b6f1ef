/// The public certificate of the shop in the sample workload: self-signed for this purpose, and trusted by nobody.
enum WorkloadCertificate {
    static let text = """
        -----BEGIN CERTIFICATE-----
        MIIBTjCB9aADAgECAgJaCzAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA4qLnNob3Au
        ZXhhbXBsZTAgFw0yMDAxMDEwMDAwMDBaGA8yMDYwMDEwMTAwMDAwMFowGTEXMBUG
        A1UEAwwOKi5zaG9wLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARy
        0Y3yNaYu9LAQUmiLIbVNxBYH+B6c0PEvPjaV/i66SdgsaI1YU3H1a60urMT1B/5Y
        9Ujdjsx0lfNCZ+UeGuB7oyswKTAnBgNVHREEIDAegg4qLnNob3AuZXhhbXBsZYIM
        c2hvcC5leGFtcGxlMAoGCCqGSM49BAMCA0gAMEUCIQC/EyO9rqHs+xIvdGaxc2sp
        5IEycEWSL8TIGQK7UEt+GwIgK6fYc/GeoIXCdvYiTid2cPRf8duIAVtXPr1wTsI1
        AiA=
        -----END CERTIFICATE-----

        """
}
