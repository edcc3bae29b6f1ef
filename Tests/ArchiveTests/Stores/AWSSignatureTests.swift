import KubernetesObjects
import Testing

@testable import Archive

/// Requests and signatures that AWS published: the examples of the S3 documentation, and its test suite of Signature Version 4.
@Suite struct `The signature of requests` {
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private func signature(_ text: String) -> Substring? { text.split(separator: "Signature=").last }

    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var method = "GET"
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var digest = `The signature of requests`.empty
        var signature: String
        var testDescription: String { name }
    }

    static let s3Examples = [
        Example(
            name: "GET of a part of an object",
            path: "/test.txt",
            headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Example(
            name: "PUT of an object whose name is encoded",
            method: "PUT",
            path: "/" + PercentEncoding.encode("test$file.text", keepsSlashes: true),
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            digest: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            name: "GET of a subresource",
            query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Example(
            name: "GET of a listing",
            query: [("prefix", "J"), ("max-keys", "2")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    @Test(arguments: s3Examples)
    func `the examples of the S3 documentation are signed as AWS signs them`(example: Example) throws {
        let keys = AWSCredentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        )
        let request = SignableRequest(
            method: example.method,
            path: example.path,
            query: example.query,
            headers: example.headers + [
                ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", example.digest),
            ],
            payloadDigest: example.digest
        )
        let headers = AWSSignature(credentials: keys, region: "us-east-1", service: "s3")
            .headers(for: request, at: try Timestamp(parsing: "2013-05-24T00:00:00Z"))
        #expect(headers.map(\.name) == ["x-amz-date", "authorization"])
        let authorization = try #require(headers.last?.value)
        #expect(authorization.contains("Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"))
        #expect(try #require(signature(authorization)) == example.signature)
    }

    private static let token =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
        + "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38"
        + "xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

    private static let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    static let suite = [
        Example(
            name: "post-sts-header-before",
            method: "POST",
            headers: [("X-Amz-Security-Token", token)],
            signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
        ),
        Example(
            name: "get-header-value-trim",
            headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
        ),
        Example(
            name: "get-header-key-duplicate",
            headers: [("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
            signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"
        ),
        Example(
            name: "post-header-key-sort",
            method: "POST",
            headers: [("My-Header1", "value1")],
            signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"
        ),
        Example(
            name: "get-utf8",
            path: "/" + PercentEncoding.encode("ሴ", keepsSlashes: true),
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"
        ),
        Example(
            name: "get-vanilla-query-order-key-case",
            query: [("Param2", "value2"), ("Param1", "value1")],
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        Example(
            name: "get-vanilla-query-unreserved",
            query: [(unreserved, unreserved)],
            signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"
        ),
    ]

    @Test(arguments: suite)
    func `the test suite of AWS is signed as AWS signs it`(example: Example) throws {
        let isToken = example.name == "post-sts-header-before"
        let keys = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            sessionToken: isToken ? Self.token : nil
        )
        let request = SignableRequest(
            method: example.method,
            path: example.path,
            query: example.query,
            headers: [("Host", "example.amazonaws.com")] + (isToken ? [] : example.headers),
            payloadDigest: Self.empty
        )
        let headers = AWSSignature(credentials: keys, region: "us-east-1", service: "service")
            .headers(for: request, at: try Timestamp(parsing: "2015-08-30T12:36:00Z"))
        #expect(try #require(signature(headers.last?.value ?? "")) == example.signature)
        #expect(headers.contains { $0.name == "x-amz-security-token" } == isToken)
    }

    @Test func `paths are encoded once, byte by byte, with their slashes kept`() {
        #expect(PercentEncoding.encode("p/0f/a b+c%é~", keepsSlashes: true) == "p/0f/a%20b%2Bc%25%C3%A9~")
        #expect(PercentEncoding.encode("a/b=c&d") == "a%2Fb%3Dc%26d")
        for text in ["a b+c%é~/=&", "", "ሴ", "\u{0}\u{7F}"] {
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        }
        #expect(PercentEncoding.decode("a+b%2Bc", plusIsSpace: true) == "a b+c")
        for text in ["%", "%4", "%zz", "%FF"] { #expect(PercentEncoding.decode(text) == nil) }
    }

    @Test func `printing credentials in any way shows no secret`() {
        let keys = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hush-key", sessionToken: "hush-token")
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped, "\([keys])", String(describing: Optional(keys))] {
            #expect(!text.contains("hush"))
        }
    }
}
