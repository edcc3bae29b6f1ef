package import KubernetesAPI

extension StubRequest {
    /// Sends the request on to a cluster, for stubs that answer some requests only; what the cluster says comes back.
    package func forwarded(to client: ClusterClient) async -> StubAnswer {
        let query = query.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
        do throws(ClusterError) {
            let answer = try await client.raw(
                method: method,
                path: query.isEmpty ? path : "\(path)?\(query)",
                body: body.isEmpty ? nil : Array(body.utf8),
                contentType: headers["content-type"]
            )
            return .json(String(decoding: answer, as: UTF8.self))
        } catch {
            return .failure(error.httpStatus ?? 500, error.reason)
        }
    }

    private static func encoded(_ text: String) -> String {
        text.utf8
            .map { byte in
                let character = Character(Unicode.Scalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber)
                    ? String(character) : "%" + String(Int(byte) + 256, radix: 16).suffix(2)
            }
            .joined()
    }
}
