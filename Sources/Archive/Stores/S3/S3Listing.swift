package import KubernetesObjects

/// One page of ListObjectsV2.
struct S3Listing {
    var objects: [(key: String, size: Int)] = []
    /// Where the next page begins; nil on the last one.
    var continuation: String?

    /// Nil when the bytes are no such page, or one with keys that do not begin with the prefix.
    init?(_ body: [UInt8], prefix: String = "") {
        guard let root = XMLReader.read(body), root.name == "ListBucketResult" else { return nil }
        for element in root.children where element.name == "Contents" {
            guard let key = element["Key"].flatMap({ Self.decode($0, root) }),
                let size = element["Size"].flatMap({ Int($0) }), size >= 0, key.utf8.starts(with: prefix.utf8)
            else { return nil }
            objects.append((key, size))
        }
        guard root["IsTruncated"] == "true" else { return }
        guard let token = root["NextContinuationToken"], !token.isEmpty else { return nil }
        continuation = token
    }

    /// A key as it is, from one that the server may have encoded.
    static func decode(_ key: String, _ root: XMLElement) -> String? {
        root["EncodingType"] == "url" ? PercentEncoding.decode(key, plusIsSpace: true) : key
    }
}

extension S3Store {
    private static let mostIdlePages = 1000

    package func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] {
        // By name: a page may come twice or in another order, and the list must not.
        var sizes: [String: Int] = [:]
        var tokens: Set<String> = []
        var token: String?
        var idlePages = 0
        repeat {
            let page = try page(prefix, after: token)
            let before = sizes.count
            for (key, size) in page.objects {
                // A key that ends in a slash is what consoles make for an empty folder.
                guard let name = client.endpoint.name(key), name.hasPrefix(prefix), !name.hasSuffix("/") else {
                    continue
                }
                sizes[name] = size
            }
            token = page.continuation
            // A page may be empty, where much was deleted; so many in a row are no list of anything.
            idlePages = sizes.count > before ? 0 : idlePages + 1
            if let token, !tokens.insert(token).inserted || idlePages > Self.mostIdlePages {
                throw S3Errors.malformed(client, nil, "the listing goes round in a circle")
            }
        } while token != nil
        return sizes.map { StoredObject(name: $0.key, size: $0.value) }.sorted { $0.name < $1.name }
    }

    private func page(_ prefix: String, after token: String?) throws(LifeboatError) -> S3Listing {
        var request = S3Request(method: "GET")
        request.query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", client.endpoint.key(prefix))]
        if let token { request.query.append(("continuation-token", token)) }
        let key = client.endpoint.key(prefix)
        let answer = try client.answer(request) {
            S3Listing($0.body, prefix: key) == nil ? "it is no listing of what was asked for" : nil
        }
        guard answer.isSuccess, let page = S3Listing(answer.body, prefix: key) else {
            throw S3Errors.refused(client, "list", key, answer)
        }
        return page
    }
}
